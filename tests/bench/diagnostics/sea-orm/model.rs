use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseConnection, Set};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub name: String,
    pub age: i32,
}

impl ActiveModelBehavior for ActiveModel {}

pub async fn insert(db: &DatabaseConnection) -> Result<Model, DbErr> {
    let new = ActiveModel { name: Set("ada".to_owned()), age: Set(36), ..Default::default() };
    new.insert(db).await
}

pub async fn adults(db: &DatabaseConnection) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.age.gte(18)).all(db).await
}
