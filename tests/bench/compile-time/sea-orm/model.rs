//! An entity of SeaORM, and a use of each statement.

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseConnection, IntoActiveModel, Set};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "userNUMBER")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub name: String,
    pub email: Option<String>,
    pub bio: String,
    pub is_admin: bool,
    pub age: i32,
    pub visits: i64,
    pub rating: f64,
    pub referrer: Option<i64>,
    pub avatar: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub async fn visit(db: &DatabaseConnection, new: ActiveModel) -> Result<Option<Model>, DbErr> {
    let user = new.insert(db).await?;
    let visits = user.visits + 1;
    let mut user = user.into_active_model();
    user.visits = Set(visits);
    let user = user.update(db).await?;
    Entity::find_by_id(user.id).one(db).await
}
